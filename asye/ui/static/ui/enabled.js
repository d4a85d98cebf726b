// Before anything is drawn: the design system's styles for pages with JavaScript hang on these classes.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
