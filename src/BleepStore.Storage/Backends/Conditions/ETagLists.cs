using System.Runtime.CompilerServices;
using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Backends.Conditions;

/// <summary>Lists of ETags in any form that HTTP allows.</summary>
internal static class ETagLists
{
    private const string Weak = EntityTags.Weak;

    /// <summary>As long as all headers of a request may be together on most servers.</summary>
    private const int MaximumLength = 8192;

    private static readonly string Rule =
        $"Use * or ETags in quotes with commas between them, at most {MaximumLength} characters. An ETag alone needs no quotes. "
        + $"An ETag is {OpaqueStrings.Rule}.";

    /// <summary>Reads the value of <c>If-Match</c>. A weak ETag in it never matches (RFC 9110, section 13.1.1).</summary>
    public static ETagCondition? IfMatch(string? value, [CallerArgumentExpression(nameof(value))] string? parameter = null) =>
        value is null ? null : Parse(value, keepsWeak: false, parameter);

    /// <summary>Reads the value of <c>If-None-Match</c>. A weak ETag in it is compared by its text (RFC 9110, section 13.1.2).</summary>
    public static ETagCondition? IfNoneMatch(string? value, [CallerArgumentExpression(nameof(value))] string? parameter = null) =>
        value is null ? null : Parse(value, keepsWeak: true, parameter);

    private static ETagCondition Parse(string value, bool keepsWeak, string? parameter)
    {
        if (value == "*")
        {
            return ETagCondition.Any;
        }

        if (!value.Contains('"', StringComparison.Ordinal))
        {
            return OpaqueStrings.IsValid(value) && !value.StartsWith(Weak, StringComparison.Ordinal)
                ? ETagCondition.OneOf(value)
                : throw new ArgumentException(Rule, parameter);
        }

        List<string>? etags = value.Length <= MaximumLength ? Read(value, keepsWeak) : null;
        return etags is null ? throw new ArgumentException(Rule, parameter) : ETagCondition.OneOf(etags);
    }

    /// <returns>The ETags that can match, or <see langword="null"/> when the list is malformed. HTTP allows empty elements.</returns>
    private static List<string>? Read(ReadOnlySpan<char> rest, bool keepsWeak)
    {
        var etags = new List<string>();
        while (true)
        {
            rest = rest.TrimStart(" \t");
            if (rest.IsEmpty)
            {
                return etags;
            }

            if (rest[0] != ',')
            {
                bool isWeak = rest.StartsWith(Weak, StringComparison.Ordinal);
                rest = rest[(isWeak ? Weak.Length : 0)..];
                int length = rest.IsEmpty || rest[0] != '"' ? -1 : rest[1..].IndexOf('"');
                if (length < 0)
                {
                    return null;
                }

                string etag = rest.Slice(1, length).ToString();
                if (length > 0 && !OpaqueStrings.IsValid(etag))
                {
                    return null;
                }

                // HTTP allows an empty ETag, but no object has one.
                if (length > 0 && (keepsWeak || !isWeak))
                {
                    etags.Add(etag);
                }

                rest = rest[(length + 2)..].TrimStart(" \t");
                if (rest.IsEmpty)
                {
                    return etags;
                }

                if (rest[0] != ',')
                {
                    return null;
                }
            }

            rest = rest[1..];
        }
    }
}
