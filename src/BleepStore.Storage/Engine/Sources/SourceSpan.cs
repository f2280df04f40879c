namespace BleepStore.Storage.Engine.Sources;

/// <summary>The bytes of a seekable source to store.</summary>
/// <param name="Start">The position of the first one.</param>
/// <param name="Length">How many.</param>
/// <param name="IsDeclared">Whether the caller limited them. Otherwise the source must end there.</param>
internal readonly record struct SourceSpan(long Start, long Length, bool IsDeclared)
{
    /// <exception cref="SourceException">The source does not tell its position or length.</exception>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.IncompleteBody"/> when it has fewer bytes than declared.</exception>
    public static SourceSpan Of(Stream source, long? declaredLength)
    {
        long start;
        long rest;
        try
        {
            start = source.Position;
            rest = Math.Max(0, source.Length - start);
        }
        catch (Exception cause)
        {
            throw new SourceException(IncompleteBody.Failed(0, cause));
        }

        return declaredLength > rest
            ? throw IncompleteBody.TooShort(declaredLength.Value, rest)
            : new SourceSpan(start, declaredLength ?? rest, declaredLength is not null);
    }
}
