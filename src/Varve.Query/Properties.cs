using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Varve.Query.Tests")]
