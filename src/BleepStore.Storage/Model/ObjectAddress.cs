namespace BleepStore.Storage;

/// <summary>Where an object is: a bucket and a key in it. Two addresses are equal when both are, compared ordinally.</summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Key">The object's key.</param>
public readonly record struct ObjectAddress(string Bucket, string Key)
{
    /// <summary>The address as it is shown in messages: <c>bucket/key</c>. It is not an escaped form and cannot be read back.</summary>
    public override string ToString() => $"{Bucket}/{Key}";
}
