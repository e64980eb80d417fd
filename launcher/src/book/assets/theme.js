// Before anything is drawn: the theme that the reader chose, if there is one. Else the system's holds.
try {
    document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
} catch { /* a browser that stores nothing for files */ }
