using Varve.Generator.Simulation;
using Varve.Generator.Text;

namespace Varve.Generator.Output;

/// <summary>Writes what a dataset says about a request.</summary>
internal interface IRecordWriter
{
    /// <summary>Appends the lines and returns how many there are.</summary>
    int Write(Request request, TextBuffer output);
}
