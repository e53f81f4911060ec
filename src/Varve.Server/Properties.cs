using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Varve.Server.Tests")]
