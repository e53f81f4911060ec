namespace Varve.Query.Files;

/// <summary>What a query had to fetch before it could begin, when its store is no folder of this machine.</summary>
/// <param name="Requests">Requests for data files.</param>
/// <param name="BytesFetched">Bytes that came.</param>
/// <param name="BytesCached">Bytes that were here already, or that another query was fetching.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record FetchFigures(long Requests, long BytesFetched, long BytesCached, TimeSpan Elapsed);
