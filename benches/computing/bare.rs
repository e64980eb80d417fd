//! The arithmetic of one cost and gradient, and nothing else: no arrays, no checks, no allocation, one fixed network.

/// J and its nine slopes for the 2-3-1 network on three examples.
pub fn cost_and_gradient(p: &[f64; 9], x: &[[f64; 2]; 3], y: &[f64; 3]) -> (f64, [f64; 9]) {
    let (mut j, mut slopes) = (0.0, [0.0; 9]);
    for (x, y) in x.iter().zip(y) {
        let (mut a, mut z3) = ([0.0; 3], 0.0);
        for h in 0..3 {
            a[h] = sigmoid(x[0] * p[h] + x[1] * p[3 + h]);
            z3 += a[h] * p[6 + h];
        }
        let y_hat = sigmoid(z3);
        let error = y - y_hat;
        j += 0.5 * error * error;
        let delta3 = -error * y_hat * (1.0 - y_hat);
        for h in 0..3 {
            let delta2 = delta3 * p[6 + h] * a[h] * (1.0 - a[h]);
            slopes[h] += x[0] * delta2;
            slopes[3 + h] += x[1] * delta2;
            slopes[6 + h] += a[h] * delta3;
        }
    }
    (j, slopes)
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}
