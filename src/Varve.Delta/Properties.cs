using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Varve.Delta.Tests")]
