using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Varve.Maintenance.Tests")]
[assembly: InternalsVisibleTo("Varve.Load")]
