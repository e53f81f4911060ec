using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Varve.Cli.Tests")]
