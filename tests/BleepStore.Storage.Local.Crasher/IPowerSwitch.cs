namespace BleepStore.Storage.Local.Crasher;

/// <summary>Takes the power from a file system and gives it back.</summary>
public interface IPowerSwitch
{
    /// <summary>Stops the file system at once. What it had not brought to its disk is lost.</summary>
    Task CutAsync();

    /// <summary>Mounts the file system anew, which replays its journal.</summary>
    Task RestoreAsync();

    /// <summary>Brings all to the disk, so that a later loss of power is one of what was written after this.</summary>
    Task FlushAsync();
}
