namespace BleepStore.Storage.Tests.Shared.Network;

/// <summary>How a <see cref="CuttingProxy"/> breaks a connection.</summary>
public enum CutKind
{
    /// <summary>In order, as a server does that closes an idle connection.</summary>
    Fin,

    /// <summary>By a reset, as a crashed server or a firewall does.</summary>
    Rst,
}
