namespace BleepStore.Storage.Basics;

/// <summary>Metadata of a record. Two are equal when their values are, and their names ignoring case. It prints entry by entry.</summary>
internal readonly struct ValueMetadata(IReadOnlyDictionary<string, string> items) : IEquatable<ValueMetadata>
{
    public IReadOnlyDictionary<string, string> Items => items ?? UserMetadata.Empty;

    public static bool operator ==(ValueMetadata left, ValueMetadata right) => left.Equals(right);

    public static bool operator !=(ValueMetadata left, ValueMetadata right) => !left.Equals(right);

    public bool Equals(ValueMetadata other)
    {
        if (ReferenceEquals(Items, other.Items))
        {
            return true;
        }

        if (Items.Count != other.Items.Count)
        {
            return false;
        }

        foreach ((string name, string value) in Items)
        {
            if (Find(other.Items, name) != value)
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is ValueMetadata other && Equals(other);

    public override int GetHashCode()
    {
        // The hash is independent of the order, because a dictionary has none.
        int hash = Items.Count;
        foreach ((string name, string value) in Items)
        {
            hash ^= HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(name), value);
        }

        return hash;
    }

    public override string ToString() => Items.Count == 0
        ? "{ }"
        : $"{{ {string.Join(", ", Items.Select(static entry => $"{Visible.Text(entry.Key)} = {Visible.Text(entry.Value)}"))} }}";

    private static string? Find(IReadOnlyDictionary<string, string> metadata, string name) => metadata.TryGetValue(name, out string? value)
        ? value
        : metadata.FirstOrDefault(entry => string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
