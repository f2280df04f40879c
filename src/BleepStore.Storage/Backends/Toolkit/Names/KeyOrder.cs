namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// The order of keys by their UTF-8 bytes, which is the order of their code points. It differs from
/// <see cref="string.CompareOrdinal(string, string)"/>, which sorts characters above U+FFFF before U+E000.
/// </summary>
public sealed class KeyOrder : IComparer<string>
{
    private KeyOrder()
    {
    }

    /// <summary>The one instance.</summary>
    public static KeyOrder Instance { get; } = new();

    /// <inheritdoc cref="IComparer{T}.Compare"/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        return Compare(x.AsSpan(), y.AsSpan());
    }

    /// <summary>Compares two keys, or parts of keys, without making strings.</summary>
    /// <param name="x">One.</param>
    /// <param name="y">The other.</param>
    /// <returns>Less than 0, 0 or more than 0, as usual.</returns>
    public static int Compare(ReadOnlySpan<char> x, ReadOnlySpan<char> y)
    {
        int same = x.CommonPrefixLength(y);
        if (same == x.Length || same == y.Length)
        {
            return x.Length - y.Length;
        }

        return Rank(x[same]) - Rank(y[same]);
    }

    /// <summary>Moves surrogates above the rest of the basic plane, where their code points are.</summary>
    private static int Rank(char c) => c switch
    {
        >= '\uE000' => c - 0x800,
        >= '\uD800' => c + 0x2000,
        _ => c,
    };
}
