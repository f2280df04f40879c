using System.Text;

namespace BleepStore.Storage.Basics;

/// <summary>A list of a record. Two are equal when their items are. The list prints item by item.</summary>
internal readonly struct ValueList<T>(IReadOnlyList<T> items) : IEquatable<ValueList<T>>
{
    /// <summary>A listing has a thousand entries, which nobody reads in a log.</summary>
    private const int MaximumPrinted = 10;

    public IReadOnlyList<T> Items => items ?? [];

    public static bool operator ==(ValueList<T> left, ValueList<T> right) => left.Equals(right);

    public static bool operator !=(ValueList<T> left, ValueList<T> right) => !left.Equals(right);

    public bool Equals(ValueList<T> other) => ReferenceEquals(Items, other.Items) || Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (T item in Items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    public override string ToString()
    {
        var text = new StringBuilder("[").AppendJoin(", ", Items.Take(MaximumPrinted).Select(static item => MemberPrinter.TextOf(item)));
        if (Items.Count > MaximumPrinted)
        {
            text.Append(", and ").Append(Items.Count - MaximumPrinted).Append(" more");
        }

        return text.Append(']').ToString();
    }
}
