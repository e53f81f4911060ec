namespace Varve.Query.Execution;

/// <summary>A statement that an engine runs, in this process or in another.</summary>
interface IEngineCall : IDisposable
{
    /// <summary>Runs the statement, and blocks until all its rows are taken.</summary>
    /// <param name="started">Told the columns, when the first rows are there.</param>
    /// <param name="send">Takes the rows.</param>
    /// <returns>True when there are more rows than are wanted.</returns>
    bool Run(Action<IReadOnlyList<ResultColumn>> started, Action<RowBlock> send);

    /// <summary>The engine's guess of how much is done, 0 to 100; null when it has none.</summary>
    double? Percentage();
}
