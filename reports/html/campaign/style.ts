/** What a campaign's page has beyond the style sheet of the run report. */
export const campaignStyle = `
.banner .next,.tile .line{overflow-wrap:anywhere}
.parts th[scope=row]{min-width:20rem}
.parts td{white-space:nowrap}
.parts .why{max-width:64ch}
.parts .why strong{font-weight:500}
.matrix td{padding:.25rem .2rem;min-width:8.8rem}
.matrix tbody th{vertical-align:middle}
.cell{border-radius:7px;padding:.45rem .5rem .4rem;height:100%}
.cell+.cell{margin-top:.3rem}
.cell.good{background:var(--good-tint)}.cell.bad{background:var(--bad-tint)}.cell.unsure{background:var(--unsure-tint)}.cell.void{background:var(--void-tint)}
.cell .pill{background:none;padding:0;white-space:normal}
.cell a{text-decoration:none}
.cell a:hover .pill{text-decoration:underline}
.cell dl{margin:.2rem 0 0;font-size:.8rem}
.cell dl div{display:flex;justify-content:space-between;gap:.5rem}
.cell dt{color:var(--muted)}.cell dd{margin:0;white-space:nowrap}
@media (max-width:560px){.parts th[scope=row]{min-width:0}}
@media print{.matrix td{min-width:0}.cell,.parts tr{break-inside:avoid}}
`;
