namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>What a scripted record is.</summary>
internal enum ScriptedKind
{
    Impression,
    Action,
    Punctuation,
    Nothing,
}
