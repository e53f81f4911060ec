using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Varve.Delta.Tests")]
[assembly: InternalsVisibleTo("Varve.Simulation.Tests")]
