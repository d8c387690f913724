using System.Collections;
using System.Reflection;

namespace Kith.Fuzz.Silence;

/// <summary>
/// Counts what every collection holds that can be reached from an object: of its own fields, of those of what they hold, and so on. The same fields of several objects count
/// together. So no table can be forgotten, not even one that is written tomorrow.
/// </summary>
internal sealed class TableCensus
{
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Entries by field.</summary>
    public static IReadOnlyDictionary<string, long> Of(object root)
    {
        TableCensus census = new();
        Stack<object> open = new([root]);
        while (open.TryPop(out object? next))
        {
            census.Look(next, open);
        }

        return census._counts;
    }

    /// <summary>What has grown between two counts; empty if nothing has.</summary>
    public static IReadOnlyList<string> Grown(IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after) =>
        [.. after.Where(entry => entry.Value > before.GetValueOrDefault(entry.Key)).Select(entry => $"{entry.Key} from {before.GetValueOrDefault(entry.Key)} to {entry.Value}")];

    /// <summary>The larger of two counts of everything.</summary>
    public static IReadOnlyDictionary<string, long> Most(IReadOnlyDictionary<string, long> one, IReadOnlyDictionary<string, long> other) =>
        one.Keys.Union(other.Keys).ToDictionary(static key => key, key => Math.Max(one.GetValueOrDefault(key), other.GetValueOrDefault(key)), StringComparer.Ordinal);

    private void Look(object owner, Stack<object> open)
    {
        for (Type? type = owner.GetType(); type is not null && type.Namespace?.StartsWith("Kith", StringComparison.Ordinal) == true; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPrimitive && !field.FieldType.IsPointer && !field.FieldType.IsEnum && field.GetValue(owner) is { } value)
                {
                    Visit($"{type.Name}.{field.Name}", value, open);
                }
            }
        }
    }

    private void Visit(string name, object value, Stack<object> open)
    {
        if (value is string or Delegate or Type or Protocol.Wire.RandomSource)
        {
            return;
        }

        if (value is not IEnumerable items || CountOf(value) is not { } count)
        {
            Descend(name, value, open);
            return;
        }

        if (!value.GetType().IsValueType && !_seen.Add(value))
        {
            return;
        }

        _counts[name] = _counts.GetValueOrDefault(name) + count;
        if (value is Array { Rank: 1 } array && array.GetType().GetElementType()!.IsPrimitive)
        {
            return;
        }

        foreach (object? item in items)
        {
            Descend(name, item, open);
        }
    }

    // Keys and values of dictionaries, halves of pairs.
    private void Descend(string name, object? item, Stack<object> open)
    {
        if (item is null)
        {
            return;
        }

        Type type = item.GetType();
        if (item is Delegate or Type or Protocol.Wire.RandomSource)
        {
            return;
        }

        if (type.Namespace?.StartsWith("Kith", StringComparison.Ordinal) == true)
        {
            if (type.IsValueType || _seen.Add(item))
            {
                open.Push(item);
            }
        }
        else if (type.IsGenericType && type.IsValueType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (!field.FieldType.IsPrimitive && field.GetValue(item) is { } value)
                {
                    Visit(name + "[]", value, open);
                }
            }
        }
        else if (item is IEnumerable and not string && CountOf(item) is not null)
        {
            Visit(name + "[]", item, open);
        }
    }

    private static int? CountOf(object value) =>
        value is ICollection collection ? collection.Count : value.GetType().GetProperty("Count") is { } count && count.PropertyType == typeof(int) ? (int?)count.GetValue(value) : null;
}
