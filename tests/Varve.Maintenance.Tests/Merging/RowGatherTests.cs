using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Varve.Delta.Pruning;
using Varve.Maintenance.Merging;

namespace Varve.Maintenance.Tests.Merging;

public sealed class RowGatherTests
{
    static readonly string[] Common = ["a", "b", "", "ä", "a longer text than others", "𐀀"];
    static readonly Gen<string?> Text = Gen.OneOf(Gen.Const((string?)null), Gen.Int[0, 5].Select(at => (string?)Common[at]), Gen.String[Gen.Char['a', 'ÿ'], 0, 12].Select(text => (string?)text));
    static readonly Gen<long?> Number = Gen.OneOf(Gen.Const((long?)null), Gen.Long.Select(number => (long?)number));

    [Fact]
    public void Rows_of_numbers_are_those_of_the_pieces() => Check(Number, values => Build(new Int64Array.Builder(), values, (builder, value) => builder.Append(value!.Value)), Int64Type.Default, ReadNumber);

    [Fact]
    public void Rows_of_flags_are_those_of_the_pieces() => Check(
        Gen.OneOf(Gen.Const((bool?)null), Gen.Bool.Select(flag => (bool?)flag)),
        values => Build(new BooleanArray.Builder(), values, (builder, value) => builder.Append(value!.Value)), BooleanType.Default, (array, row) => ((BooleanArray)array).GetValue(row));

    [Fact]
    public void Rows_of_texts_are_those_of_the_pieces_whether_they_come_or_go_as_codes()
    {
        foreach (var type in new IArrowType[] { StringType.Default, RowGather.Codes })
            Check(Text, values => values.Count % 2 == 0 ? Texts(values) : Coded(values), type, ReadText);
    }

    [Fact]
    public void Rows_of_lists_are_those_of_the_pieces() => Check(
        Gen.OneOf(Gen.Const((string?[]?)null), Text.Array[0, 4].Select(items => (string?[]?)items)),
        values =>
        {
            var builder = new ListArray.Builder(StringType.Default);
            foreach (var value in values)
                if (value is null)
                {
                    builder.AppendNull();
                }
                else
                {
                    builder.Append();
                    foreach (var item in value)
                        if (item is null)
                            ((StringArray.Builder)builder.ValueBuilder).AppendNull();
                        else
                            ((StringArray.Builder)builder.ValueBuilder).Append(item);
                }

            return builder.Build();
        },
        new ListType(StringType.Default), (array, row) => ReadList((ListArray)array, row), (one, other) => one is null ? other is null : other is not null && one.SequenceEqual(other));

    [Fact]
    public void Codes_are_of_texts_that_occur_each_once()
    {
        var pieces = new IArrowArray?[] { Coded(["x", "y", "z", "x"]), Texts(["y", null, "w"]), null };

        var taken = (DictionaryArray)RowGather.Take(RowGather.Codes, pieces, [new(0, 0), new(0, 1), new(1, 0), new(1, 1), new(2, 5), new(0, 3)]);

        Assert.Equal(["x", "y"], Enumerable.Range(0, taken.Dictionary.Length).Select(code => ((StringArray)taken.Dictionary).GetString(code)));
        Assert.Equal(2, taken.NullCount);
    }

    [Fact]
    public void The_bounds_of_texts_are_in_the_order_of_their_bytes()
    {
        var bounds = Bounds.Of(Texts(["\uffee", null, "𐀀", "b"]));

        Assert.Equal((DeltaValue.Of("b"), DeltaValue.Of("𐀀"), 1L), (bounds.Min, bounds.Max, bounds.NullCount));
    }

    static void Check<T>(Gen<T> value, Func<IReadOnlyList<T>, IArrowArray> build, IArrowType type, Func<IArrowArray, int, T> read, Func<T, T, bool>? isSame = null)
    {
        var pieces = value.List[0, 20].Array[1, 4];
        Gen.Select(pieces, Gen.Int[0, 100].Select(Gen.Int[0, 100]).List[0, 60], Gen.Int[0, 4]).Sample((sources, picks, missing) =>
        {
            var arrays = sources.Select((values, piece) => piece == missing ? null : build(values)).ToList();
            var rows = picks.Select(pick => new RowRef(pick.Item1 % sources.Length, pick.Item2))
                .Where(row => sources[row.Piece].Count > 0).Select(row => row with { Row = row.Row % sources[row.Piece].Count }).ToArray();

            var taken = RowGather.Take(type, arrays, rows);

            Assert.Equal(rows.Length, taken.Length);
            for (var row = 0; row < rows.Length; row++)
            {
                var expected = rows[row].Piece == missing ? default! : sources[rows[row].Piece][rows[row].Row];
                var found = read(taken, row);
                Assert.True(isSame is null ? Equals(expected, found) : isSame(expected, found), $"row {row}: {expected} became {found}");
            }
        }, iter: 500, threads: 1);
    }

    static long? ReadNumber(IArrowArray array, int row) => ((Int64Array)array).GetValue(row);

    static string? ReadText(IArrowArray array, int row) => array is DictionaryArray codes
        ? codes.Indices.IsNull(row) ? null : ((StringArray)codes.Dictionary).GetString(((Int32Array)codes.Indices).GetValue(row)!.Value)
        : ((StringArray)array).GetString(row);

    static string?[]? ReadList(ListArray array, int row)
    {
        if (array.IsNull(row))
            return null;
        var items = (StringArray)array.GetSlicedValues(row);
        return [.. Enumerable.Range(0, items.Length).Select(item => items.GetString(item))];
    }

    static StringArray Texts(IEnumerable<string?> values)
    {
        var builder = new StringArray.Builder();
        foreach (var value in values)
            builder.Append(value);
        return builder.Build();
    }

    static DictionaryArray Coded(IReadOnlyList<string?> values)
    {
        var texts = values.Where(value => value is not null).Distinct().Append("that no row has").ToList();
        var codes = new Int32Array.Builder();
        foreach (var value in values)
            if (value is null)
                codes.AppendNull();
            else
                codes.Append(texts.IndexOf(value));
        return new DictionaryArray(RowGather.Codes, codes.Build(), Texts(texts));
    }

    static IArrowArray Build<TValue, TArray, TBuilder>(PrimitiveArrayBuilder<TValue, TArray, TBuilder> builder, IEnumerable<TValue?> values, Action<TBuilder, TValue?> append)
        where TValue : struct
        where TArray : IArrowArray
        where TBuilder : PrimitiveArrayBuilder<TValue, TArray, TBuilder>
    {
        foreach (var value in values)
            if (value is null)
                builder.AppendNull();
            else
                append((TBuilder)builder, value);
        return builder.Build(null);
    }

    static BooleanArray Build(BooleanArray.Builder builder, IEnumerable<bool?> values, Action<BooleanArray.Builder, bool?> append)
    {
        foreach (var value in values)
            if (value is null)
                builder.AppendNull();
            else
                append(builder, value);
        return builder.Build(null);
    }
}
