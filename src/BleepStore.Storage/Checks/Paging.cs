using System.Runtime.CompilerServices;

namespace BleepStore.Storage.Checks;

/// <summary>Page sizes.</summary>
internal static class Paging
{
    public const int MaximumPageSize = 1000;

    public static void Check(int pageSize, [CallerArgumentExpression(nameof(pageSize))] string? parameter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageSize, MaximumPageSize, parameter);
    }
}
