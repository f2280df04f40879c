namespace BleepStore.Storage.Basics;

/// <summary>The bytes of a record. Two are equal when they have the same content. They print in hexadecimal.</summary>
internal readonly struct ValueBytes(ReadOnlyMemory<byte> bytes) : IEquatable<ValueBytes>
{
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public static bool operator ==(ValueBytes left, ValueBytes right) => left.Equals(right);

    public static bool operator !=(ValueBytes left, ValueBytes right) => !left.Equals(right);

    public bool Equals(ValueBytes other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override bool Equals(object? obj) => obj is ValueBytes other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Convert.ToHexStringLower(Bytes.Span);
}
