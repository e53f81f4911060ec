using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Varve.Ingest.Tests")]
[assembly: InternalsVisibleTo("Varve.Load")]
