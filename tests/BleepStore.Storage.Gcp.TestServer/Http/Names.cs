using System.Buffers;
using System.Text;

namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>The valid names of objects and buckets.</summary>
internal static class Names
{
    private const int MaxObjectBytes = 1024;

    private static readonly SearchValues<char> BucketCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>"Objects": Object naming guidelines.</summary>
    public static void RequireObject(string name)
    {
        string? fault = name switch
        {
            "" => "Required",
            _ when Encoding.UTF8.GetByteCount(name) > MaxObjectBytes =>
                "The specified object name is too long: it has more than 1024 bytes.",
            _ when name.AsSpan().ContainsAny('\r', '\n') => "The object name holds a carriage return or a line feed.",
            "." or ".." => $"The object name '{name}' is not allowed.",
            _ when name.StartsWith(".well-known/acme-challenge/", StringComparison.Ordinal) =>
                "The object name begins with .well-known/acme-challenge/.",
            _ => null,
        };
        if (fault is not null)
        {
            throw name.Length == 0 ? GcsError.Required(fault) : GcsError.Invalid(fault);
        }
    }

    /// <summary>"Buckets": Bucket naming guidelines.</summary>
    public static void RequireBucket(string name)
    {
        bool valid = name.Length is >= 3 and <= 222
            && !name.AsSpan().ContainsAnyExcept(BucketCharacters)
            && char.IsAsciiLetterOrDigit(name[0])
            && char.IsAsciiLetterOrDigit(name[^1])
            && name.Split('.').All(static part => part.Length is >= 1 and <= 63)
            && (name.Length <= 63 || name.Contains('.', StringComparison.Ordinal))
            && !name.StartsWith("goog", StringComparison.Ordinal)
            && !name.Contains("google", StringComparison.Ordinal)
            && !name.Contains("g00gle", StringComparison.Ordinal)
            && !(name.Count(static c => c == '.') == 3 && System.Net.IPAddress.TryParse(name, out _));
        if (!valid)
        {
            throw GcsError.Invalid($"Invalid bucket name: '{name}'");
        }
    }
}
