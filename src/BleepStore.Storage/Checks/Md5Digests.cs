using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace BleepStore.Storage.Checks;

/// <summary>Expected digests as callers give them.</summary>
internal static class Md5Digests
{
    public static ReadOnlyMemory<byte>? Check(
        ReadOnlyMemory<byte>? md5, [CallerArgumentExpression(nameof(md5))] string? parameter = null) =>
        md5 is { Length: not MD5.HashSizeInBytes and var length }
            ? throw new ArgumentException(
                $"An MD5 has {MD5.HashSizeInBytes} bytes, not {length}. For none, leave it out, because a null array becomes empty memory.",
                parameter)
            : md5;
}
