namespace BleepStore.Storage.Backends;

/// <summary>
/// The ETags that a read names in <c>If-Match</c> or <c>If-None-Match</c>. The condition is either any ETag or a list. Immutable and
/// thread-safe.
/// </summary>
/// <remarks>
/// The core has already applied HTTP's comparison (RFC 9110, section 8.8.3.2). It leaves a weak ETag out of <c>If-Match</c>, because it
/// matches nothing. It removes the <c>W/</c> from a weak ETag of <c>If-None-Match</c>. So a backend compares plain texts.
/// </remarks>
public sealed record ETagCondition
{
    private ETagCondition(bool isAny, IReadOnlyList<string> etags)
    {
        IsAny = isAny;
        ETags = etags;
    }

    /// <summary>The condition <c>*</c>, which every object meets.</summary>
    public static ETagCondition Any { get; } = new(isAny: true, []);

    /// <summary>Whether every object matches.</summary>
    public bool IsAny { get; }

    /// <summary>The ETags, without quotes. Empty when <see cref="IsAny"/>, and when nothing that was named can match.</summary>
    public IReadOnlyList<string> ETags { get; }

    /// <summary>
    /// The only ETag, without quotes, for upstreams that accept a single one. <see langword="null"/> when the list does not have exactly
    /// one.
    /// </summary>
    public string? Only => ETags.Count == 1 ? ETags[0] : null;

    /// <summary>Makes a condition that names ETags.</summary>
    /// <param name="etags">The ETags, without quotes. None at all matches nothing.</param>
    public static ETagCondition OneOf(params IEnumerable<string> etags) => new(isAny: false, [.. etags]);

    /// <summary>Returns whether an object matches.</summary>
    /// <param name="etag">The object's ETag, without quotes.</param>
    public bool Matches(string etag) => IsAny || ETags.Contains(etag, StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool Equals(ETagCondition? other) =>
        other is not null && IsAny == other.IsAny && ETags.SequenceEqual(other.ETags, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(IsAny);
        foreach (string etag in ETags)
        {
            hash.Add(etag, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <summary>Returns the condition as HTTP writes it.</summary>
    public override string ToString() => IsAny ? "*" : string.Join(", ", ETags.Select(EntityTag.Quote));
}
