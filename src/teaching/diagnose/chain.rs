//! The search, from the last layer to the first: which mistakes, made in a backward pass of our own, give the reader's slopes.
//!
//! Each array of slopes rests on the δ of its layer, so a mistake that does not give the last dJ/dW is out before the others are
//! looked at. In each layer three things use δ: dJ/dW, dJ/db, and what goes back to the layer before. A program may have a
//! mistake in one of them alone.

use super::backward::Basis;
use super::factor::{self, Counts, Penalty};
use super::mistake::{Kind, Mistake, mistake};
use super::output_error::{OUTPUT_ERRORS, Output};
use super::part::Part;
use super::precision::{Precision, is_same, is_same_beside, largest};
use super::slope::{COMBINATIONS, Combination};
use super::sums::{BIAS_SUMS, WAYS_BACK};
use crate::model::{Activation, Cost, Network};
use ndarray::{Array2, Axis};
use std::cell::{Cell, LazyCell};

/// So many bits must remain when a thousand mistakes were tried: then fewer than 1 in 30 such findings is chance.
const SPARE_BITS: f64 = 5.0;
/// So many multiplications are made for one diagnosis before the search for more mistakes is given up.
const MAX_WORK: f64 = 3e7;
/// What trying one formula costs beside its multiplications.
const OVERHEAD: f64 = 700.0;

static W_CHANGED: Kind = mistake(
    "W changed too early",
    "{at} {is} changed before the error goes back over it (learning rate {value})",
    "compute all slopes with the old weights, and change the weights afterwards",
);
static ACTIVATION_SENT_BACK: Kind = mistake(
    "activation sent back",
    "the layer's output a stands where {at} belongs",
    "what goes back is δ, how J changes with z of this layer, and not what the layer gave on the way forward",
);
static Z_SENT_BACK: Kind = mistake(
    "z sent back",
    "z stands where {at} belongs",
    "what goes back is δ, how J changes with z of this layer, and not z itself",
);
static LEFT_OUT: Kind =
    mistake("left at 0", "{detail}", "do all loops begin at the first unit and end at the last?");
static TRANSPOSED: Kind = mistake(
    "transposed",
    "{at} {is} transposed",
    "the slopes have the shape of the weights: an entry for each weight, in its place",
);

/// The reader's slopes, each in the shape that it should have, and how exactly they are known.
pub(super) struct Handed {
    pub dj_dw: Vec<Array2<f64>>,
    /// Each with one row; none at all, or one for each layer.
    pub dj_db: Vec<Array2<f64>>,
    pub precision_w: Vec<Precision>,
    pub precision_b: Vec<Precision>,
}

/// What gives the reader's slopes, and how far-fetched it is: about the number of mistakes.
#[derive(Clone, Debug)]
pub(super) struct Explanation {
    pub mistakes: Vec<Mistake>,
    pub rank: f64,
    /// Whether it gives all digits that are there, not only those that 32 bits would leave.
    pub is_strict: bool,
    /// So many bits agree that could have been otherwise.
    evidence: f64,
}

/// An entry of the reader's slopes, by which most formulas are out before the others are computed.
struct Probe {
    at: (usize, usize),
    value: f64,
    tolerance: f64,
}

/// What agreement with the reader's numbers proves, in bits.
#[derive(Clone, Copy)]
struct Evidence {
    /// That of all numbers that are not right as they are.
    all: f64,
    /// That of one of them.
    of_entry: f64,
}

/// Ways forward with a mistake in them, which are computed only if they are needed.
pub(super) type Others<'a> = LazyCell<Vec<Basis<'a>>, Box<dyn FnOnce() -> Vec<Basis<'a>> + 'a>>;

pub(super) struct Search<'s, 'a> {
    /// The reader's slopes, known as exactly as their digits are.
    strict: &'s Handed,
    /// The same slopes, if they were computed with 32 bits.
    loose: &'s Handed,
    pub counts: Counts,
    right: &'s Basis<'a>,
    others: &'s Others<'a>,
    sizes: (Vec<f64>, Vec<f64>),
    if_strict: Evidence,
    if_loose: Evidence,
    /// Of each dJ/dW, the largest first.
    probes: Vec<Vec<Probe>>,
    named_factors: Vec<f64>,
    penalties: Vec<Penalty>,
    tries: Cell<usize>,
    work: Cell<f64>,
    most_work: f64,
}

/// One change on the way: what, where, and with which number.
#[derive(Clone, Copy)]
struct Change {
    kind: &'static Kind,
    at: Part,
    value: Option<f64>,
}

/// What comes back to a layer, with the mistakes that it has already.
#[derive(Clone)]
struct Upstream {
    changes: Vec<Change>,
    values: Array2<f64>,
    is_delta: bool,
}

/// A δ, with the mistakes that it has.
#[derive(Clone)]
struct Variant {
    changes: Vec<Change>,
    delta: Array2<f64>,
}

/// How computed slopes match the handed ones.
#[derive(Clone)]
struct Fit {
    factor: f64,
    penalty: Penalty,
    /// Whether any factor fits, because all is 0.
    is_free: bool,
    /// Whether all digits agree.
    is_strict: bool,
    slip: Option<Slip>,
}

#[derive(Clone)]
enum Slip {
    Transposed,
    LeftOut(String),
    BiasPenalised,
}

#[derive(Clone, Default)]
struct State {
    /// With where each is used.
    changes: Vec<(Change, Part)>,
    fits: Vec<(Part, Fit)>,
    /// The places that use δ, of the layers that are done.
    uses: Vec<Part>,
}

impl State {
    /// The number of different mistakes, with these ones. It is asked for each formula that is tried, so nothing is allocated.
    fn count_with(&self, more: &[&[Change]]) -> usize {
        const MOST: usize = 16;
        let mut seen: [Option<&Kind>; MOST] = [None; MOST];
        let mut n = 0;
        let own = self.changes.iter().map(|(change, _)| change.kind);
        for kind in own.chain(more.iter().flat_map(|changes| changes.iter().map(|change| change.kind))) {
            if n < MOST && !seen[..n].iter().flatten().any(|other| std::ptr::eq(*other, kind)) {
                seen[n] = Some(kind);
                n += 1;
            }
        }
        n + self.n_slips()
    }

    /// The factors of the arrays that are done.
    fn factors(&self) -> Vec<f64> {
        let mut factors: Vec<f64> =
            self.fits.iter().filter(|(_, fit)| !fit.is_free).map(|(_, fit)| fit.factor).collect();
        factors.dedup();
        factors
    }

    fn n_slips(&self) -> usize {
        let has = |name: &str| {
            self.fits.iter().any(|(_, fit)| fit.slip.as_ref().is_some_and(|slip| slip.name() == name))
        };
        [TRANSPOSED.name, LEFT_OUT.name, factor::BIAS_PENALISED.name]
            .into_iter()
            .filter(|name| has(name))
            .count()
    }
}

impl Slip {
    fn name(&self) -> &'static str {
        match self {
            Slip::Transposed => TRANSPOSED.name,
            Slip::LeftOut(_) => LEFT_OUT.name,
            Slip::BiasPenalised => factor::BIAS_PENALISED.name,
        }
    }
}

impl<'s, 'a> Search<'s, 'a> {
    /// `n_searches` of this kind share the time that a reader waits.
    pub fn new(
        strict: &'s Handed,
        loose: &'s Handed,
        right: &'s Basis<'a>,
        others: &'s Others<'a>,
        n_searches: usize,
    ) -> Search<'s, 'a> {
        let (examples, inputs) = right.a[0].dim();
        let outputs = right.y.ncols();
        let counts = Counts { examples: examples as f64, outputs: outputs as f64, inputs: inputs as f64 };
        let none = Evidence { all: 0.0, of_entry: 0.0 };
        let mut search = Search {
            strict,
            loose,
            right,
            others,
            sizes: right.sizes(),
            if_strict: none,
            if_loose: none,
            probes: Vec::new(),
            named_factors: factor::named_factors(right.net, &counts),
            penalties: factor::penalties(&counts),
            counts,
            tries: Cell::new(0),
            work: Cell::new(0.0),
            most_work: MAX_WORK / n_searches as f64,
        };
        search.if_strict = search.weigh(strict);
        search.if_loose = search.weigh(loose);
        search.probes = (0..loose.dj_dw.len()).map(|i| search.probes_of(i)).collect();
        search
    }

    /// How much the numbers say, which is also what an agreement of them proves: arrays that are right as they are say nothing
    /// for a mistake.
    fn weigh(&self, handed: &Handed) -> Evidence {
        let right = self.right_slopes();
        let n = self.right.y.nrows();
        let (mut evidence, mut entry) = (0.0, f64::INFINITY);
        for (i, (dj_dw, dj_db)) in right.iter().enumerate() {
            let mut freedom = 0;
            let mut bits = 0.0;
            let (size_w, size_b) = (self.sizes.0[i], self.sizes.1[i]);
            // units without a slope say nothing; softmax's slopes add up to 0, so that the last follows from the others
            let known = usize::from(self.right.activation(i + 2) == Activation::Softmax);
            let units = |array: &Array2<f64>| {
                let columns = array.columns().into_iter();
                columns.filter(|column| column.iter().any(|&v| v != 0.0)).count().saturating_sub(known)
            };
            if !handed.precision_w[i].agree(&handed.dj_dw[i], dj_dw, size_w) {
                freedom = dj_dw.nrows().min(n) * units(telling(&handed.dj_dw[i], dj_dw));
                bits = handed.precision_w[i].bits(telling(&handed.dj_dw[i], dj_dw), size_w);
            }
            if let Some(own) = handed.dj_db.get(i)
                && !handed.precision_b[i].agree(own, dj_db, size_b)
            {
                freedom += units(telling(own, dj_db));
                let own = handed.precision_b[i].bits(telling(own, dj_db), size_b);
                bits = if bits == 0.0 { own } else { bits.min(own) };
            }
            evidence += bits * freedom as f64;
            if bits > 0.0 {
                entry = f64::min(entry, bits);
            }
        }
        Evidence { all: evidence, of_entry: if entry.is_finite() { entry } else { 0.0 } }
    }

    fn probes_of(&self, i: usize) -> Vec<Probe> {
        /// A number just above a power of ten may have been printed with a digit less.
        const SLACK: f64 = 12.0;
        const MOST: usize = 12;
        let (handed, precision, size) = (&self.loose.dj_dw[i], self.loose.precision_w[i], self.sizes.0[i]);
        let scale = largest(handed);
        let tolerance = |v: f64| SLACK * precision.allowed(v, v, scale, size);
        let mut all: Vec<Probe> = handed
            .indexed_iter()
            .filter(|(_, v)| **v != 0.0)
            .map(|(at, &value)| Probe { at, value, tolerance: tolerance(value) })
            .collect();
        all.sort_by(|one, other| other.value.abs().total_cmp(&one.value.abs()));
        all.truncate(MOST);
        all
    }

    /// Whether aᵀ δ, perhaps with a penalty, may be the handed dJ/dW times a factor: all ratios must be the same.
    fn may_fit(
        &self,
        i: usize,
        source: &Array2<f64>,
        delta: &Array2<f64>,
        penalty: Option<&Array2<f64>>,
        is_turned: bool,
    ) -> bool {
        let probes = &self.probes[i];
        let n = source.nrows();
        let entry = |(row, column): (usize, usize)| -> f64 {
            let (row, column) = if is_turned { (column, row) } else { (row, column) };
            (0..n).map(|n| source[[n, row]] * delta[[n, column]]).sum()
        };
        let Some(first) = probes.first() else { return true };
        let mut computed = [f64::NAN; 16];
        computed[0] = entry(first.at);
        let mut same_ratios = |fixed: &dyn Fn((usize, usize)) -> f64,
                               scaled: &dyn Fn((usize, usize)) -> f64| {
            let (handed, own) = (first.value - fixed(first.at), computed[0] + scaled(first.at));
            probes.iter().enumerate().skip(1).all(|(k, probe)| {
                if computed[k].is_nan() {
                    computed[k] = entry(probe.at);
                }
                let (other_handed, other) = (probe.value - fixed(probe.at), computed[k] + scaled(probe.at));
                let allowed = probe.tolerance * own.abs() + first.tolerance * other.abs();
                (handed * other - other_handed * own).abs() <= allowed
            })
        };
        let nothing = |_: (usize, usize)| 0.0;
        let Some(penalty) = penalty else { return same_ratios(&nothing, &nothing) };
        let place = |(row, column): (usize, usize)| if is_turned { [column, row] } else { [row, column] };
        self.penalties.iter().any(|mode| match *mode {
            Penalty::AsTheRest => same_ratios(&nothing, &|at| penalty[place(at)]),
            Penalty::Right => same_ratios(&|at| penalty[place(at)], &nothing),
            Penalty::Times(times) => same_ratios(&|at| times * penalty[place(at)], &nothing),
            Penalty::Instead(slip) => {
                let instead = (slip.compute)(penalty, self.right.net.cost.lambda());
                same_ratios(&|at| instead[place(at)], &nothing)
            }
        })
    }

    /// The right dJ/dW and dJ/db of each layer.
    pub fn right_slopes(&self) -> Vec<(Array2<f64>, Array2<f64>)> {
        let basis = self.right;
        let last = basis.w.len() + 1;
        let mut up = self.output_upstreams(basis, false).remove(0);
        let mut slopes = Vec::new();
        for m in (2..=last).rev() {
            let delta = if up.is_delta { up.values.clone() } else { basis_delta(basis, m, &up.values) };
            let mut dj_dw = basis.a[m - 2].t().dot(&delta);
            if let Some(penalty) = basis.penalty(m - 2) {
                dj_dw += &penalty;
            }
            slopes.push((dj_dw, row_sums(&delta)));
            if m > 2 {
                up = Upstream { changes: vec![], values: delta.dot(&basis.w[m - 2].t()), is_delta: false };
            }
        }
        slopes.reverse();
        slopes
    }

    /// What each dJ/dW and dJ/db would be if nothing cancelled.
    pub fn sizes(&self) -> (&[f64], &[f64]) {
        (&self.sizes.0, &self.sizes.1)
    }

    /// What gives these numbers with so many mistakes.
    pub fn at_limit(&self, limit: usize) -> Vec<Explanation> {
        let mut found = Vec::new();
        self.search_from(self.right, limit, &mut found);
        if (1..=2).contains(&limit) {
            for basis in self.others.iter() {
                self.search_from(basis, limit, &mut found);
            }
        }
        // a number that agrees with a thousand formulas agrees with one of them by chance
        let needed = (self.tries.get().max(1) as f64).log2() + SPARE_BITS;
        found.retain(|one| one.rank == 0.0 || one.evidence >= needed);
        distinct(found)
    }

    /// Whether the numbers that are not right say enough to prove a formula with one number in it that was found from them: two of
    /// them, and by their digits.
    pub fn can_prove_a_fit(&self) -> bool {
        let wrong = |handed: &Array2<f64>, right: &Array2<f64>, precision: Precision, size: f64| {
            let scale = largest(handed);
            let pairs = handed.iter().zip(right);
            pairs.filter(|&(&h, &r)| (h - r).abs() > precision.allowed(h, r, scale, size)).count()
        };
        let mut n_wrong = 0;
        for (i, (dj_dw, dj_db)) in self.right_slopes().iter().enumerate() {
            n_wrong += wrong(&self.loose.dj_dw[i], dj_dw, self.loose.precision_w[i], self.sizes.0[i]);
            if let Some(own) = self.loose.dj_db.get(i) {
                n_wrong += wrong(own, dj_db, self.loose.precision_b[i], self.sizes.1[i]);
            }
        }
        n_wrong > 1 && self.if_loose.all - self.if_loose.of_entry >= 4.0 * SPARE_BITS
    }

    /// Whether the search for more mistakes would take too long.
    pub fn is_exhausted(&self) -> bool {
        self.work.get() > self.most_work
    }

    fn search_from(&self, basis: &Basis, limit: usize, found: &mut Vec<Explanation>) {
        let mut state = State::default();
        if let Some((kind, at)) = basis.mistake {
            state.changes.push((Change { kind, at, value: None }, Part::J));
        }
        let last = basis.w.len() + 1;
        let ups = self.output_upstreams(basis, limit > state.changes.len());
        self.layer(basis, last, ups, &state, limit, found);
    }

    fn output_upstreams(&self, basis: &Basis, with_mistakes: bool) -> Vec<Upstream> {
        let last = basis.w.len();
        let output = Output {
            y: &basis.y,
            y_hat: &basis.a[last],
            z: &basis.z[last - 1],
            activation: basis.output,
            cost: basis.net.cost,
        };
        let cross = matches!(basis.net.cost, Cost::CrossEntropy { .. });
        let n = basis.divisor();
        let clean = match (cross, output.activation) {
            (true, Activation::Softmax) => {
                output.y_hat * &output.y.sum_axis(Axis(1)).insert_axis(Axis(1)) - output.y
            }
            _ => output.y_hat - output.y,
        };
        let mut ups = vec![Upstream { changes: vec![], values: clean / n, is_delta: cross }];
        if !with_mistakes {
            return ups;
        }
        for error in OUTPUT_ERRORS.iter().filter(|error| (error.is_possible)(&output)) {
            let change = Change { kind: &error.kind, at: Part::Delta(last + 1), value: None };
            let values = (error.compute)(&output) / n;
            ups.push(Upstream { changes: vec![change], values, is_delta: cross && !error.is_before_slope });
        }
        if cross {
            // dJ/dŷ, for those who multiply by f′ themselves
            let slope_of = |y: f64, p: f64| match output.activation {
                Activation::Softmax => -y / p,
                _ => (p - y) / (p * (1.0 - p)),
            };
            let values =
                ndarray::Zip::from(output.y).and(output.y_hat).map_collect(|&y, &p| slope_of(y, p)) / n;
            ups.push(Upstream { changes: vec![], values, is_delta: false });
        }
        ups
    }

    /// Every δ of a layer that may come from these.
    fn variants(
        &self,
        basis: &Basis,
        m: usize,
        ups: &[Upstream],
        state: &State,
        limit: usize,
    ) -> Vec<Variant> {
        let units = basis.units(m);
        let entries = units.z.len() as f64;
        let mut all: Vec<Variant> = Vec::new();
        let at = Part::Slope(m);
        for up in ups {
            let count = |more: &[Change]| state.count_with(&[&up.changes, more]);
            if count(&[]) > limit {
                continue;
            }
            let mut push = |more: &[Change], delta: Array2<f64>| {
                all.push(Variant { changes: [&up.changes[..], more].concat(), delta });
            };
            if up.is_delta {
                push(&[], up.values.clone());
                continue;
            }
            let right = basis_delta(basis, m, &up.values);
            let scale = largest(&right);
            // dJ/dŷ of the cross-entropy times the right f′ is the δ that is there already
            let is_known = up.changes.is_empty() && ups[0].is_delta;
            let combine = |slope: Option<&Array2<f64>>,
                           more: &[Change],
                           push: &mut dyn FnMut(&[Change], Array2<f64>)| {
                // at the output that is the cost left out, which has a name of its own
                let is_here = |one: &&Combination| one.kind.name != "slope replaces" || m <= basis.w.len();
                // what has a slope of its own takes no wrong one beside it
                let has_use = |one: &&Combination| one.takes_slope || more.is_empty();
                for combination in COMBINATIONS.iter().filter(is_here).filter(has_use) {
                    let change = Change { kind: &combination.kind, at, value: None };
                    let changes = [more, &[change]].concat();
                    if count(&changes) > limit {
                        continue;
                    }
                    self.work.set(self.work.get() + entries + OVERHEAD / 3.0);
                    let slope = if combination.takes_slope { slope } else { Some(units.a) };
                    if let Some(delta) =
                        slope.and_then(|slope| (combination.compute)(&units, &up.values, slope))
                        && !is_same_beside(&delta, &right, scale)
                    {
                        push(&changes, delta);
                    }
                }
            };
            let slopes = basis.slopes(m);
            for (slope, values) in &slopes.wrong {
                let change = Change { kind: &slope.kind, at, value: None };
                if count(&[change]) > limit {
                    continue;
                }
                self.work.set(self.work.get() + entries + OVERHEAD / 3.0);
                let delta = &up.values * values;
                if !is_same_beside(&delta, &right, scale) {
                    push(&[change], delta);
                }
                if units.f != Activation::Softmax {
                    combine(Some(values), &[change], &mut push);
                }
            }
            if !is_known {
                combine(slopes.right.as_ref(), &[], &mut push);
            }
            if !is_known {
                push(&[], right);
            }
        }
        // what is not δ at all
        for (kind, values) in [(&ACTIVATION_SENT_BACK, units.a), (&Z_SENT_BACK, units.z)] {
            let change = Change { kind, at: Part::Delta(m), value: None };
            if state.count_with(&[&[change]]) <= limit {
                all.push(Variant { changes: vec![change], delta: values.clone() });
            }
        }
        // the right one first; of single mistakes that are the same here, the one that is met most often
        all.sort_by_key(|variant| variant.changes.len());
        let singles = all.iter().take_while(|variant| variant.changes.len() < 2).count();
        let rest = all.split_off(singles);
        let mut kept: Vec<Variant> = Vec::new();
        for variant in all {
            let scale = largest(&variant.delta);
            let is_known = |other: &Variant| {
                other.changes.len() == variant.changes.len()
                    && is_same_beside(&other.delta, &variant.delta, scale)
            };
            if !kept.iter().any(is_known) {
                kept.push(variant);
            }
        }
        kept.extend(rest);
        kept
    }

    fn layer(
        &self,
        basis: &Basis,
        m: usize,
        ups: Vec<Upstream>,
        state: &State,
        limit: usize,
        found: &mut Vec<Explanation>,
    ) {
        if self.work.get() > self.most_work {
            return;
        }
        let i = m - 2;
        let variants = self.variants(basis, m, &ups, state, limit);
        let weights = self.weight_fits(basis, i, &variants, state, limit);
        if weights.is_empty() {
            return;
        }
        let biases = match self.loose.dj_db.get(i) {
            Some(_) => self.bias_fits(basis, i, &variants, state, limit),
            None => vec![(usize::MAX, Vec::new(), Fit::exact())],
        };
        let no_changes: Vec<Change> = Vec::new();
        let changes_of = |v: usize| variants.get(v).map_or(&no_changes, |variant| &variant.changes);
        for (vw, more_w, fit_w) in &weights {
            for (vb, more_b, fit_b) in &biases {
                self.work.set(self.work.get() + OVERHEAD / 3.0);
                let used = [changes_of(*vw), more_w, changes_of(*vb), more_b].map(|changes| &changes[..]);
                if self.work.get() > self.most_work || state.count_with(&used) > limit {
                    continue;
                }
                let mut next = state.clone();
                let (in_w, in_b) = (Part::DjDw(m - 1), Part::DjDb(m - 1));
                let with =
                    |changes: &[Change], of: Part| changes.iter().map(|&c| (c, of)).collect::<Vec<_>>();
                next.changes.extend(with(changes_of(*vw), in_w));
                next.changes.extend(with(more_w, in_w));
                next.fits.push((in_w, fit_w.clone()));
                next.uses.push(in_w);
                if *vb != usize::MAX {
                    next.changes.extend(with(changes_of(*vb), in_b));
                    next.changes.extend(with(more_b, in_b));
                    next.fits.push((in_b, fit_b.clone()));
                    next.uses.push(in_b);
                }
                if next.count_with(&[]) > limit {
                    continue;
                }
                if m == 2 {
                    found.extend(self.explanations(&next, limit));
                    continue;
                }
                next.uses.push(Part::Back(m - 1));
                let passed = self.passed_on(&variants, (*vw, *vb), &next, limit, basis.mistake.is_some());
                for v in passed {
                    let mut next = next.clone();
                    next.changes.extend(with(changes_of(v), Part::Back(m - 1)));
                    let ups = self.back(basis, m, &variants[v].delta, &next, limit, fit_w);
                    self.layer(basis, m - 1, ups, &next, limit, found);
                }
            }
        }
    }

    /// Which δ may go on to the layer before: that of the slopes, the right one, or one with a mistake of its own.
    fn passed_on(
        &self,
        variants: &[Variant],
        (vw, vb): (usize, usize),
        state: &State,
        limit: usize,
        is_mistaken: bool,
    ) -> Vec<usize> {
        let mut passed = vec![vw];
        let clean = variants.iter().position(|variant| variant.changes.is_empty());
        passed.extend(clean.filter(|v| !passed.contains(v)));
        if vb != usize::MAX && !passed.contains(&vb) {
            passed.push(vb);
        }
        if limit <= 2 && !is_mistaken {
            let is_single = |v: &usize| {
                variants[*v].changes.len() == 1 && state.count_with(&[&variants[*v].changes]) <= limit
            };
            let free = (0..variants.len()).filter(is_single);
            let more: Vec<usize> = free.filter(|v| !passed.contains(v)).collect();
            passed.extend(more);
        }
        passed
    }

    /// What comes back to layer m − 1 from δ of layer m.
    fn back(
        &self,
        basis: &Basis,
        m: usize,
        delta: &Array2<f64>,
        state: &State,
        limit: usize,
        fit: &Fit,
    ) -> Vec<Upstream> {
        let i = m - 2;
        let right = delta.dot(&basis.w[i].t());
        let mut ups = vec![Upstream { changes: vec![], values: right.clone(), is_delta: false }];
        let at = Part::W(m - 1);
        let numbers = basis.numbers();
        for way in WAYS_BACK {
            let change = Change { kind: &way.kind, at, value: None };
            if state.count_with(&[&[change]]) > limit {
                continue;
            }
            if let Some(values) = (way.compute)(&numbers, delta, i)
                && !is_same(&values, &right)
            {
                ups.push(Upstream { changes: vec![change], values, is_delta: false });
            }
        }
        let change = Change { kind: &W_CHANGED, at, value: None };
        if state.count_with(&[&[change]]) <= limit {
            // (W − rate · dJ/dW)ᵀ, with the reader's own dJ/dW
            let moved = delta.dot(&self.loose.dj_dw[i].t());
            for rate in self.rates(basis, m - 1, &right, &moved, state, limit, fit) {
                let values = &right - &(rate * &moved);
                let change = Change { value: Some(rate.abs()), ..change };
                ups.push(Upstream { changes: vec![change], values, is_delta: false });
            }
        }
        ups
    }

    /// The learning rates for which the slopes before W^(layer) come out right, found from them alone.
    #[allow(clippy::too_many_arguments)]
    fn rates(
        &self,
        basis: &Basis,
        layer: usize,
        right: &Array2<f64>,
        moved: &Array2<f64>,
        state: &State,
        limit: usize,
        fit: &Fit,
    ) -> Vec<f64> {
        let i = layer - 2;
        let mut handed = self.loose.dj_dw[i].clone() / fit.factor;
        if let Some(penalty) = basis.penalty(i) {
            handed = &self.loose.dj_dw[i] - &penalty;
        }
        let placeholder = Change { kind: &W_CHANGED, at: Part::W(layer), value: None };
        let mut slopes: Vec<Option<&Array2<f64>>> = vec![None];
        for (slope, values) in &basis.slopes(layer).wrong {
            let change = Change { kind: &slope.kind, at: Part::Slope(layer), value: None };
            if state.count_with(&[&[placeholder, change]]) <= limit {
                slopes.push(Some(values));
            }
        }
        // a later layer was changed with the same
        let known = state.changes.iter().filter(|(change, _)| change.kind.name == W_CHANGED.name);
        let mut rates: Vec<f64> = known.filter_map(|(change, _)| change.value).collect();
        for slope in slopes {
            let through = |up: &Array2<f64>| match &slope {
                None => basis_delta(basis, layer, up),
                Some(slope) => up * *slope,
            };
            let a = basis.a[i].t();
            let (still, moving) = (a.dot(&through(right)), a.dot(&through(moved)));
            // of one unit alone the rate is a factor, which is always met
            let moves = |column: &ndarray::ArrayView1<f64>| column.iter().any(|&v| v != 0.0);
            if moving.columns().into_iter().filter(moves).count() < 2 {
                continue;
            }
            let (mut above, mut below) = (0.0, 0.0);
            for ((h, s), v) in handed.iter().zip(&still).zip(&moving) {
                above += (s - h) * v;
                below += v * v;
            }
            let rate = above / below;
            if rate.is_finite() && rate.abs() > 1e-5 && rate.abs() < 1e3 {
                rates.push(rate);
            }
        }
        rates
    }

    /// The δ, and the changes beside those in it, that give the handed dJ/dW.
    fn weight_fits(
        &self,
        basis: &Basis,
        i: usize,
        variants: &[Variant],
        state: &State,
        limit: usize,
    ) -> Vec<(usize, Vec<Change>, Fit)> {
        let part = Part::DjDw(i + 1);
        let penalty = basis.penalty(i);
        let mut sources: Vec<(Option<Change>, &Array2<f64>)> = vec![(None, &basis.a[i])];
        for (source, values) in basis.sources(i) {
            let change = Change { kind: &source.kind, at: part, value: None };
            if state.count_with(&[&[change]]) <= limit {
                sources.push((Some(change), values));
            }
        }
        let known = state.factors();
        let is_one_number = basis.a[i].ncols().min(basis.a[i].nrows()) * variants[0].delta.ncols() == 1;
        let mut fits = Vec::new();
        for (v, variant) in variants.iter().enumerate() {
            let alone = state.count_with(&[&variant.changes]);
            for (change, source) in &sources {
                let more: Vec<Change> = change.iter().copied().collect();
                let has = |one: &Change| variant.changes.iter().any(|other| other.kind.name == one.kind.name);
                let count =
                    if more.iter().all(has) { alone } else { state.count_with(&[&variant.changes, &more]) };
                if count > limit || source.nrows() != variant.delta.nrows() {
                    continue;
                }
                self.tries.set(self.tries.get() + 1);
                let may_slip = count < limit;
                self.work.set(self.work.get() + 3.0 * source.nrows() as f64 + OVERHEAD);
                let penalty = penalty.as_ref();
                let may_be_turned = may_slip && self.loose.dj_dw[i].is_square();
                let may_fit = self.may_fit(i, source, &variant.delta, penalty, false)
                    || may_be_turned && self.may_fit(i, source, &variant.delta, penalty, true);
                if !may_fit {
                    continue;
                }
                let data = source.t().dot(&variant.delta);
                let fit = self.fit(part, &data, penalty, &known, may_slip);
                // one number times a factor is any other number
                let is_telling = |fit: &Fit| {
                    !is_one_number
                        || (variant.changes.is_empty() && more.is_empty())
                        || self.is_named(fit.factor)
                };
                fits.extend(fit.filter(is_telling).map(|fit| (v, more.clone(), fit)));
            }
        }
        fits
    }

    fn bias_fits(
        &self,
        basis: &Basis,
        i: usize,
        variants: &[Variant],
        state: &State,
        limit: usize,
    ) -> Vec<(usize, Vec<Change>, Fit)> {
        let part = Part::DjDb(i + 1);
        let known: Vec<f64> = state.factors();
        let mut fits = Vec::new();
        let biases = basis.net.biases.get(i).map(|b| b.clone().insert_axis(Axis(0)));
        for (v, variant) in variants.iter().enumerate() {
            let count = state.count_with(&[&variant.changes]);
            if count > limit {
                continue;
            }
            self.tries.set(self.tries.get() + 1);
            let right = row_sums(&variant.delta);
            let is_telling =
                |fit: &Fit| right.len() > 1 || variant.changes.is_empty() || self.is_named(fit.factor);
            let fit = self.fit(part, &right, None, &known, count < limit).filter(is_telling);
            fits.extend(fit.map(|fit| (v, vec![], fit)));
            let lambda = basis.net.cost.lambda();
            if let (true, Some(b)) = (lambda > 0.0, &biases)
                && count < limit
            {
                let agrees = |handed: &Handed, computed: &Array2<f64>| {
                    handed.precision_b[i].agree(&handed.dj_db[i], computed, self.sizes.1[i])
                };
                let penalised = &right + &(lambda * b);
                if agrees(self.loose, &penalised) && !agrees(self.strict, &right) {
                    let is_strict = agrees(self.strict, &penalised);
                    fits.push((
                        v,
                        vec![],
                        Fit { slip: Some(Slip::BiasPenalised), is_strict, ..Fit::exact() },
                    ));
                }
            }
            for sum in BIAS_SUMS {
                let change = Change { kind: &sum.kind, at: part, value: None };
                let count = state.count_with(&[&variant.changes, &[change]]);
                if count > limit {
                    continue;
                }
                self.tries.set(self.tries.get() + 1);
                let dj_dw = basis.a[i].t();
                if dj_dw.ncols() != variant.delta.nrows() {
                    continue;
                }
                if let Some(sums) = (sum.compute)(&variant.delta, &dj_dw.dot(&variant.delta))
                    && !is_same(&sums, &right)
                {
                    let fit =
                        self.fit(part, &sums, None, &known, false).filter(|fit| self.is_named(fit.factor));
                    fits.extend(fit.map(|fit| (v, vec![change], fit)));
                }
            }
        }
        fits
    }

    /// Whether the handed slopes are these, perhaps times a factor; with one slip if that is allowed. To all digits, or else to
    /// those of 32 bits.
    fn fit(
        &self,
        part: Part,
        data: &Array2<f64>,
        penalty: Option<&Array2<f64>>,
        known: &[f64],
        may_slip: bool,
    ) -> Option<Fit> {
        let loose = self.fit_at(self.loose, part, data, penalty, known, may_slip)?;
        match self.fit_at(self.strict, part, data, penalty, known, may_slip) {
            // all digits agree with any factor where there is one number only
            Some(strict)
                if is_same_factor(strict.factor, loose.factor) || !self.has_reason(loose.factor, known) =>
            {
                Some(Fit { is_strict: true, ..strict })
            }
            Some(strict) if self.has_reason(strict.factor, known) => Some(Fit { is_strict: true, ..strict }),
            _ => Some(loose),
        }
    }

    /// Whether a factor is one that people have, or that another array has.
    fn has_reason(&self, factor: f64, known: &[f64]) -> bool {
        self.is_named(factor) || known.contains(&factor) || factor::is_rate(factor.abs())
    }

    fn fit_at(
        &self,
        handed: &Handed,
        part: Part,
        data: &Array2<f64>,
        penalty: Option<&Array2<f64>>,
        known: &[f64],
        may_slip: bool,
    ) -> Option<Fit> {
        let (handed, precision, size) = match part {
            Part::DjDw(layer) => {
                (&handed.dj_dw[layer - 1], handed.precision_w[layer - 1], self.sizes.0[layer - 1])
            }
            Part::DjDb(layer) => {
                (&handed.dj_db[layer - 1], handed.precision_b[layer - 1], self.sizes.1[layer - 1])
            }
            _ => return None,
        };
        if handed.dim() != data.dim() || data.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let agree = |computed: &Array2<f64>| precision.agree(handed, computed, size);
        if let Some(fit) = self.fit_factor(handed, data, penalty, known, precision, size) {
            return Some(fit);
        }
        if !may_slip {
            return None;
        }
        let whole = match penalty {
            Some(penalty) => data + penalty,
            None => data.clone(),
        };
        if matches!(part, Part::DjDw(_)) && data.is_square() && data.len() > 1 {
            let turned = handed.t().to_owned();
            let fits = self.fit_factor(&turned, data, penalty, known, precision, size);
            if let Some(fit) = fits {
                return Some(Fit { slip: Some(Slip::Transposed), ..fit });
            }
        }
        // what is 0 where it should not be, and right elsewhere
        let masked =
            ndarray::Zip::from(handed).and(&whole).map_collect(|&h, &c| if h == 0.0 { 0.0 } else { c });
        let (zeros, missing) = zeros_of(handed, &whole, precision, size);
        let sign = if agree(&masked) { 1.0 } else { -1.0 };
        if !missing.is_empty()
            && (zeros < handed.len() || largest(&whole) > 1e3 * precision.allowed(0.0, 0.0, 0.0, size))
            && agree(&(sign * &masked))
        {
            let detail = left_out(part, handed, &missing);
            return Some(Fit {
                factor: sign,
                penalty: Penalty::AsTheRest,
                is_free: zeros == handed.len(),
                is_strict: false,
                slip: Some(Slip::LeftOut(detail)),
            });
        }
        None
    }

    fn is_named(&self, factor: f64) -> bool {
        factor.abs() == 1.0 || self.named_factors.contains(&factor.abs())
    }

    fn fit_factor(
        &self,
        handed: &Array2<f64>,
        data: &Array2<f64>,
        penalty: Option<&Array2<f64>>,
        known: &[f64],
        precision: Precision,
        size: f64,
    ) -> Option<Fit> {
        // most formulas are far off, and are out at once
        if penalty.is_none() {
            let (factor, scale) = (best_factor(handed, None, data, precision, size), largest(handed));
            let factor = if factor.is_finite() { factor } else { 1.0 };
            // three times the tolerance: another factor close by may be the one
            let off =
                |h: f64, d: f64| (h - factor * d).abs() > 3.0 * precision.allowed(h, factor * d, scale, size);
            if handed.iter().zip(data).any(|(&h, &d)| off(h, d)) {
                return None;
            }
        }
        let agree = |computed: &Array2<f64>| precision.agree(handed, computed, size);
        let zero = Array2::zeros(data.dim());
        let modes = if penalty.is_some() { &self.penalties[..] } else { &[Penalty::AsTheRest] };
        let penalty = penalty.unwrap_or(&zero);
        // what a factor multiplies, and what stands beside it
        let forms: Vec<(Penalty, Array2<f64>, Array2<f64>)> = modes
            .iter()
            .map(|&mode| match mode {
                Penalty::AsTheRest => (mode, data + penalty, zero.clone()),
                Penalty::Right => (mode, data.clone(), penalty.clone()),
                Penalty::Times(times) => (mode, data.clone(), times * penalty),
                Penalty::Instead(slip) => {
                    (mode, data.clone(), (slip.compute)(penalty, self.right.net.cost.lambda()))
                }
            })
            .collect();
        let fit = |factor: f64, penalty: Penalty, is_free: bool| {
            Some(Fit { factor, penalty, is_free, is_strict: false, slip: None })
        };
        // what the other arrays have first: few digits agree with more than one factor
        for (mode, scaled, fixed) in &forms {
            let with = |factor: f64| fixed + &(factor * scaled);
            let mut plain = known.iter().copied().chain([1.0, -1.0]);
            if let Some(factor) = plain.find(|&factor| agree(&with(factor))) {
                let is_nothing = largest(scaled) <= precision.allowed(0.0, 0.0, 0.0, size);
                return fit(factor, *mode, is_nothing && agree(&with(-factor)));
            }
        }
        // then what has a name, and only then any number: one number times a factor is any other
        let (mut by_rate, mut free) = (None, None);
        for (mode, scaled, fixed) in &forms {
            let with = |factor: f64| fixed + &(factor * scaled);
            let factor = best_factor(handed, Some(fixed), scaled, precision, size);
            if !factor.is_finite() || factor.abs() < 1e-9 {
                continue;
            }
            let mut named: Vec<f64> = self.named_factors.iter().flat_map(|&f| [f, -f]).collect();
            named.sort_by(|one, other| (one - factor).abs().total_cmp(&(other - factor).abs()));
            // of rounded numbers the least squares may miss the factor that fits all of them
            let mut near = named.into_iter().filter(|named| (named - factor).abs() < 0.5 * factor.abs());
            if let Some(factor) = near.find(|&factor| agree(&with(factor))) {
                return fit(factor, *mode, false);
            }
            let rate = format!("{factor:.0e}").parse().unwrap_or(factor);
            by_rate = by_rate.or(agree(&with(rate)).then_some((rate, *mode)));
            free = free.or(agree(&with(factor)).then_some((factor, *mode)));
        }
        by_rate.or(free).and_then(|(factor, mode)| fit(factor, mode, false))
    }

    /// What a complete backward pass says in words; several, where a factor has several reasons.
    fn explanations(&self, state: &State, limit: usize) -> Vec<Explanation> {
        let net = self.right.net;
        let mut mistakes: Vec<Mistake> = Vec::new();
        // each kind of change once, with all its places
        let mut done: Vec<&str> = Vec::new();
        for (change, _) in &state.changes {
            let name = change.kind.name;
            if done.contains(&name) {
                continue;
            }
            done.push(name);
            let same: Vec<&(Change, Part)> =
                state.changes.iter().filter(|(c, _)| c.kind.name == name).collect();
            let mut at: Vec<Part> = same.iter().map(|(change, _)| change.at).collect();
            at.sort();
            at.dedup();
            let only_in = only_in(state, &same);
            let mut found = Mistake::new(change.kind, at).seen_only_in(only_in);
            if let Some(value) = change.value {
                found = found.with_value(value);
            }
            mistakes.push(found);
        }
        for (part, fit) in &state.fits {
            match &fit.slip {
                Some(Slip::Transposed) => Mistake::new(&TRANSPOSED, vec![*part]).join_into(&mut mistakes),
                Some(Slip::LeftOut(detail)) => {
                    let found = Mistake::new(&LEFT_OUT, vec![*part]).with_detail(detail.clone());
                    found.join_into(&mut mistakes);
                }
                Some(Slip::BiasPenalised) => {
                    Mistake::new(&factor::BIAS_PENALISED, vec![*part]).join_into(&mut mistakes);
                }
                None => {}
            }
        }
        let rank = state.count_with(&[]) as f64;
        let fitted = mistakes.iter().filter(|found| found.name() == W_CHANGED.name).count();
        let is_strict = state.fits.iter().all(|(_, fit)| fit.is_strict);
        let evidence = if is_strict { self.if_strict } else { self.if_loose };
        self.with_factors(state, net, mistakes, rank, evidence)
            .into_iter()
            .filter(|(_, rank)| *rank <= limit as f64 + 1.0)
            .map(|(mistakes, rank)| {
                let free = fitted + mistakes.iter().filter(|found| found.name() == "factor").count();
                let evidence = evidence.all - free as f64 * evidence.of_entry;
                Explanation { mistakes, rank, is_strict, evidence }
            })
            .collect()
    }

    /// Adds what the factors of the arrays and their penalties say.
    fn with_factors(
        &self,
        state: &State,
        net: &Network,
        mut mistakes: Vec<Mistake>,
        mut rank: f64,
        evidence: Evidence,
    ) -> Vec<(Vec<Mistake>, f64)> {
        let mut all: Vec<Part> = state.fits.iter().map(|(part, _)| *part).collect();
        all.sort();
        let fits: Vec<&(Part, Fit)> = state.fits.iter().filter(|(_, fit)| !fit.is_free).collect();
        // the penalty, where it is neither right nor off by the same factor; also where nothing else is
        for (part, fit) in &state.fits {
            if let Some(kind) = factor::mistake_in(fit.penalty, self.counts.examples) {
                rank += f64::from(u8::from(!mistakes.iter().any(|one| one.name() == kind.name)));
                Mistake::new(kind, vec![*part]).join_into(&mut mistakes);
            }
        }
        let penalty = fits
            .iter()
            .find(|(part, _)| matches!(part, Part::DjDw(_)))
            .map_or(Penalty::AsTheRest, |(_, fit)| fit.penalty);
        let mut sign = None;
        if !fits.is_empty() && fits.iter().all(|(_, fit)| fit.factor < 0.0) {
            // adding steps is so common that it counts for nothing
            sign = Some(factor::sign_mistake(penalty, net, all.clone()));
        } else {
            let negative: Vec<Part> =
                fits.iter().filter(|(_, fit)| fit.factor < 0.0).map(|(part, _)| *part).collect();
            if !negative.is_empty() {
                mistakes.push(factor::sign_mistake(penalty, net, negative));
                rank += 1.0;
            }
        }
        let finish = |mut mistakes: Vec<Mistake>, rank: f64| {
            mistakes.splice(0..0, sign.clone());
            (mistakes, rank)
        };
        let sizes: Vec<f64> = fits.iter().map(|(_, fit)| fit.factor.abs()).collect();
        let same = |one: f64, other: f64| (one - other).abs() <= 1e-6 * one.max(other);
        let Some(&first) = sizes.first() else { return vec![finish(mistakes, rank)] };
        let common = self.common_factor(&fits, evidence);
        if let Some(common) = common {
            if same(common, 1.0) {
                return vec![finish(mistakes, rank)];
            }
            let reasons = factor::explain_all(common, penalty, &all, net, &self.counts);
            return reasons
                .into_iter()
                .map(|(more, cost)| finish([mistakes.clone(), more].concat(), rank + cost))
                .collect();
        }
        // some are off: beside the right numbers, or beside the most common factor
        let mut bases = vec![1.0];
        if !same(first, 1.0) && sizes.len() > 2 {
            bases.push(first);
        }
        let mut results = Vec::new();
        for base in bases {
            let mut sets: Vec<(Vec<Mistake>, f64)> = match same(base, 1.0) {
                true => vec![(mistakes.clone(), rank)],
                false => factor::explain_all(base, penalty, &all, net, &self.counts)
                    .into_iter()
                    .filter(|(_, cost)| *cost <= 1.0)
                    .map(|(more, cost)| ([mistakes.clone(), more].concat(), rank + cost))
                    .collect(),
            };
            for (part, fit) in &fits {
                let ratio = fit.factor.abs() / base;
                if same(ratio, 1.0) {
                    continue;
                }
                let reasons = factor::explain_some(ratio, *part, net, &self.counts);
                sets = sets
                    .iter()
                    .flat_map(|(mistakes, rank)| {
                        reasons.iter().map(move |kind| {
                            let mut mistakes = mistakes.clone();
                            let is_new = !mistakes.iter().any(|one| one.name() == kind.name);
                            Mistake::new(kind, vec![*part]).join_into(&mut mistakes);
                            (mistakes, rank + f64::from(u8::from(is_new)))
                        })
                    })
                    .collect();
            }
            results.extend(sets);
        }
        results.into_iter().map(|(mistakes, rank)| finish(mistakes, rank)).collect()
    }

    /// The factor that all arrays have, as exactly as one of them tells.
    fn common_factor(&self, fits: &[&(Part, Fit)], evidence: Evidence) -> Option<f64> {
        let sizes: Vec<f64> = fits.iter().map(|(_, fit)| fit.factor.abs()).collect();
        // rounded numbers know it to so many digits only
        let bits = evidence.of_entry.clamp(10.0, 30.0);
        let tolerance = 4.0 * 0.5f64.powf(bits);
        let named = |factor: &f64| *factor == 1.0 || self.named_factors.contains(factor);
        let first = sizes.iter().copied().find(named).unwrap_or(sizes[0]);
        // an array that agrees with 1 has just that factor
        let tolerance = if first == 1.0 { 0.0 } else { tolerance.max(1e-7) };
        let agree = |&factor: &f64| (factor - first).abs() <= tolerance * first;
        (sizes.iter().all(agree) && !(sizes.contains(&1.0) && first != 1.0)).then_some(first)
    }
}

impl Fit {
    fn exact() -> Fit {
        Fit { factor: 1.0, penalty: Penalty::Right, is_free: false, is_strict: true, slip: None }
    }
}

/// Where a change shows, if that is not everywhere where it could.
fn only_in(state: &State, same: &[&(Change, Part)]) -> Vec<Part> {
    let layer_of = |part: &Part| match *part {
        Part::DjDw(l) | Part::DjDb(l) | Part::Back(l) => l,
        _ => 0,
    };
    let mut seen: Vec<Part> = same.iter().map(|(_, of)| *of).filter(|of| layer_of(of) > 0).collect();
    // a change in the sum of one array is in that array anyway
    let in_sum = same.iter().any(|(change, _)| matches!(change.at, Part::DjDw(_) | Part::DjDb(_)));
    if seen.is_empty() || in_sum {
        return Vec::new();
    }
    seen.sort();
    seen.dedup();
    let is_whole = seen.iter().all(|part| {
        state.uses.iter().filter(|other| layer_of(other) == layer_of(part)).all(|other| seen.contains(other))
    });
    if is_whole { Vec::new() } else { seen }
}

/// dJ/dz of layer m from its dJ/da, with no mistake.
fn basis_delta(basis: &Basis, m: usize, dj_da: &Array2<f64>) -> Array2<f64> {
    match &basis.slopes(m).right {
        Some(slope) => dj_da * slope,
        None => basis.activation(m).dj_dz(&basis.z[m - 2], &basis.a[m - 1], dj_da.clone()),
    }
}

/// Where the digits of an array are counted: in the reader's numbers, or, if these are all 0, in what should stand there.
fn telling<'a>(handed: &'a Array2<f64>, right: &'a Array2<f64>) -> &'a Array2<f64> {
    if handed.iter().all(|&v| v == 0.0) { right } else { handed }
}

/// The factor that brings `scaled`, with `fixed` added, closest to the handed numbers; each counts as exactly as it is known, or the
/// rounding of the largest would decide.
fn best_factor(
    handed: &Array2<f64>,
    fixed: Option<&Array2<f64>>,
    scaled: &Array2<f64>,
    precision: Precision,
    size: f64,
) -> f64 {
    let scale = largest(handed);
    let (mut above, mut below) = (0.0, 0.0);
    for (at, &h) in handed.indexed_iter() {
        let (fixed, scaled) = (fixed.map_or(0.0, |fixed| fixed[at]), scaled[at]);
        let weight = 1.0 / precision.allowed(h, h, scale, size).max(f64::MIN_POSITIVE).powi(2);
        above += weight * (h - fixed) * scaled;
        below += weight * scaled * scaled;
    }
    above / below
}

fn is_same_factor(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-12 * one.abs()
}

fn row_sums(delta: &Array2<f64>) -> Array2<f64> {
    delta.sum_axis(Axis(0)).insert_axis(Axis(0))
}

/// How many handed entries are 0, and where the computed ones are not.
fn zeros_of(
    handed: &Array2<f64>,
    computed: &Array2<f64>,
    precision: Precision,
    size: f64,
) -> (usize, Vec<(usize, usize)>) {
    let zeros = handed.iter().filter(|v| **v == 0.0).count();
    let scale = largest(computed);
    let is_missing = |h: f64, c: f64| h == 0.0 && c.abs() > precision.allowed(h, c, scale, size);
    let missing = computed.indexed_iter().filter(|(at, c)| is_missing(handed[*at], **c)).map(|(at, _)| at);
    (zeros, missing.collect())
}

/// What is left at 0, in words: the whole array, some units, some entries.
fn left_out(part: Part, handed: &Array2<f64>, missing: &[(usize, usize)]) -> String {
    let all_zero = |mut entries: ndarray::iter::Iter<f64, ndarray::Ix1>| entries.all(|v| *v == 0.0);
    if handed.iter().all(|v| *v == 0.0) {
        return format!("{part} is 0 throughout");
    }
    let layer = match part {
        Part::DjDw(layer) | Part::DjDb(layer) => layer,
        _ => 0,
    };
    let mut rows: Vec<usize> = missing.iter().map(|(row, _)| *row).collect();
    let mut columns: Vec<usize> = missing.iter().map(|(_, column)| *column).collect();
    rows.dedup();
    columns.sort_unstable();
    columns.dedup();
    let ordinal = |units: &[usize]| super::part::listed(units.iter().map(|unit| (unit + 1).to_string()));
    let plural = |units: &[usize]| if units.len() == 1 { "unit" } else { "units" };
    if handed.nrows() > 1 && rows.iter().all(|&row| all_zero(handed.row(row).iter())) {
        return format!("{part} is 0 for {} {} of layer {layer}", plural(&rows), ordinal(&rows));
    }
    if columns.iter().all(|&column| all_zero(handed.column(column).iter())) {
        return format!("{part} is 0 for {} {} of layer {}", plural(&columns), ordinal(&columns), layer + 1);
    }
    format!("{part} has {} that should not be 0", crate::text::count(missing.len(), "zero"))
}

/// Each explanation once, without those that only add places where nothing shows.
fn distinct(found: Vec<Explanation>) -> Vec<Explanation> {
    let mut all: Vec<Explanation> = Vec::new();
    for one in found {
        if !all.iter().any(|other| other.mistakes == one.mistakes) {
            all.push(one);
        }
    }
    let is_within = |one: &Mistake, other: &Mistake| {
        one.is_same_kind(other)
            && one.only_in() == other.only_in()
            && one.at().iter().all(|part| other.at().contains(part))
    };
    // the same mistakes in more, or in fewer, of the places where they do not show
    let places =
        |one: &Explanation| one.mistakes.iter().map(|m| m.at().len() + 3 * m.only_in().len()).sum::<usize>();
    let same_kinds = |one: &Explanation, other: &Explanation| {
        one.mistakes.len() == other.mistakes.len()
            && one
                .mistakes
                .iter()
                .zip(&other.mistakes)
                .all(|(one, other)| one.name() == other.name() && one.is_same_kind(other))
    };
    let copy = all.clone();
    all.retain(|other| !copy.iter().any(|one| same_kinds(one, other) && places(one) < places(other)));
    let copy = all.clone();
    all.retain(|other| {
        !copy.iter().any(|one| {
            one.mistakes.len() == other.mistakes.len()
                && one.mistakes != other.mistakes
                && one.mistakes.iter().zip(&other.mistakes).all(|(one, other)| is_within(one, other))
        })
    });
    all.sort_by(|one, other| one.rank.total_cmp(&other.rank));
    all
}
