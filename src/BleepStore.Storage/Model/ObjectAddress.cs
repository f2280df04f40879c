using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// The address of an object, which is a bucket and a key in it. Two addresses are equal when both texts are equal, compared ordinally.
/// </summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Key">The object's key.</param>
public readonly record struct ObjectAddress(string Bucket, string Key)
{
    /// <summary>
    /// Returns the address in the form of messages, <c>bucket/key</c>. Characters that break a line or hide text are escaped, so the form
    /// cannot be parsed back.
    /// </summary>
    public override string ToString() => Visible.Text($"{Bucket}/{Key}");
}
