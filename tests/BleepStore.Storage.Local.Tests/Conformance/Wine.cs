using System.Runtime.InteropServices;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Local.Tests.Conformance;

/// <summary>Wine runs programs of Windows on Linux. It lacks some of Windows' calls.</summary>
internal static class Wine
{
    private const string HeldOpen = "Wine 8 replaces no file that is open.";

    /// <summary>Whether this process runs under Wine.</summary>
    public static bool IsHere { get; } =
        OperatingSystem.IsWindows()
        && NativeLibrary.TryLoad("ntdll", out nint system)
        && NativeLibrary.TryGetExport(system, "wine_get_version", out _);

    public static IReadOnlyList<Difference> Differences { get; } =
    [
        new("Get.A_body_opened_before_an_overwrite_is_the_old_object_or_an_error", HeldOpen, StorageErrorCode.OperationAborted),
        new("Get.A_resumed_body_never_mixes_two_revisions", HeldOpen, StorageErrorCode.OperationAborted),
        new("Concurrency.Readers_during_overwrites_never_see_a_mix", HeldOpen, StorageErrorCode.OperationAborted) { IsOccasional = true },
        new("Concurrency.Ten_who_add_by_compare_and_swap_lose_no_addition", HeldOpen, StorageErrorCode.OperationAborted) { IsOccasional = true },
    ];
}
