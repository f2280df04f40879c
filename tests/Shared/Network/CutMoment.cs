namespace BleepStore.Storage.Tests.Shared.Network;

/// <summary>When a <see cref="CuttingProxy"/> breaks the client's connection.</summary>
public enum CutMoment
{
    /// <summary>The request is whole at the server, which has not answered yet. The server still answers; nobody hears it.</summary>
    AfterRequest,

    /// <summary>The server has answered in full. The client gets no byte of the answer.</summary>
    BeforeAnswer,

    /// <summary>The client gets the head of the answer and no byte of its body.</summary>
    AfterAnswerHead,
}
