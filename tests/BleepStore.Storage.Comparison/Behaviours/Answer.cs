using BleepStore.Storage.Comparison.Places;

namespace BleepStore.Storage.Comparison.Behaviours;

/// <summary>Puts into words what was observed.</summary>
internal static class Answer
{
    public const string NoSuchCall = "No such call";

    /// <summary>What a caller gets.</summary>
    public static string Of(Exception error) => error switch
    {
        StorageException { Code: var code } => $"`StorageException`, `{code}`",
        global::Azure.RequestFailedException { ErrorCode: { } code } => $"`RequestFailedException`, `{code}`",
        global::FluentStorage.Exceptions.StorageException { ErrorCode: var code } => $"`StorageException`, `{code}`",
        _ => $"`{error.GetType().Name}`",
    };

    /// <summary>What a reader sees after a put over an old object did not end.</summary>
    public static async Task<string> OfReaderAsync(IPlace place, string key, byte[] old)
    {
        byte[] seen;
        try
        {
            seen = await place.GetAsync(key);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"The old object is lost: {Of(error)}";
        }

        return seen.AsSpan().SequenceEqual(old) ? "The old object stays" : $"A half object of {seen.Length >> 20} MiB is visible";
    }
}
