using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Varve.Control.Tests")]
