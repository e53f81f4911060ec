using System.Collections.Concurrent;
using System.Reflection;
using DuckDB.NET.Data;

namespace Varve.Query.Execution;

/// <summary>Reads values, lists with nulls among their numbers included: those have to be asked for by a type that can hold them.</summary>
static class EngineValue
{
    static readonly ConcurrentDictionary<Type, Func<DuckDBDataReader, int, object>> Readers = [];

    public static object Read(DuckDBDataReader reader, int column) => Readers.GetOrAdd(reader.GetFieldType(column), ReaderOf)(reader, column);

    static Func<DuckDBDataReader, int, object> ReaderOf(Type type)
    {
        var nullable = WithNulls(type);
        if (nullable == type)
            return static (reader, column) => reader.GetValue(column);
        return typeof(EngineValue).GetMethod(nameof(ReadAs), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(nullable).CreateDelegate<Func<DuckDBDataReader, int, object>>();
    }

    static object ReadAs<T>(DuckDBDataReader reader, int column) => reader.GetFieldValue<T>(column)!;

    static Type WithNulls(Type type)
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(List<>))
            return type;
        var item = type.GetGenericArguments()[0];
        return typeof(List<>).MakeGenericType(item.IsValueType && Nullable.GetUnderlyingType(item) is null ? typeof(Nullable<>).MakeGenericType(item) : WithNulls(item));
    }
}
