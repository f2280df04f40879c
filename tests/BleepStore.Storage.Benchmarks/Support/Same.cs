namespace BleepStore.Storage.Benchmarks.Support;

/// <summary>Checks of what was written and read.</summary>
internal static class Same
{
    private const int BufferSize = 1024 * 1024;

    public static void Require(bool holds, string claim)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The run is void: {claim}.");
        }
    }

    /// <summary>Reads a stream to its end and compares it, byte for byte, with the pattern of a length.</summary>
    public static async Task RequirePatternAsync(Stream actual, long length, CancellationToken cancellationToken)
    {
        var expected = new PatternStream(length);
        byte[] got = new byte[BufferSize];
        byte[] wanted = new byte[BufferSize];
        long at = 0;
        int count;
        while ((count = await actual.ReadAtLeastAsync(got, BufferSize, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            int due = expected.Read(wanted);
            Require(count == due
                && got.AsSpan(0, count).SequenceEqual(wanted.AsSpan(0, count)), $"the bytes from {at} on are others than were written");
            at += count;
        }

        Require(at == length, $"there are {at} bytes, not {length}");
    }
}
