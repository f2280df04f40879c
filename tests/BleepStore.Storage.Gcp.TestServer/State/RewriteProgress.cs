namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>How far a rewrite got that takes several calls ("Objects: rewrite").</summary>
/// <param name="Call">The call that began it: the token is for the same one.</param>
/// <param name="SourceGeneration">What is being copied.</param>
/// <param name="Done">How many bytes were rewritten.</param>
internal sealed record RewriteProgress(string Call, long SourceGeneration, long Done);
