using System.Diagnostics;
using Varve.Query.Workers;

// The smallest program that runs queries for a parent: the tests of Varve.Query start it.
using var input = Console.OpenStandardInput();
using var output = Console.OpenStandardOutput();
if (args is ["die"])
    return 7;
QueryWorker.Run(input, output, TimeProvider.System);
using var self = Process.GetCurrentProcess();
self.Kill();
return 0;
