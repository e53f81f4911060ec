using CsCheck;

namespace Varve.Ingest.Tests.Records;

/// <summary>One of some values.</summary>
static class AnyOf
{
    public static Gen<T> These<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
