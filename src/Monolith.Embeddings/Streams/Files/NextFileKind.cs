namespace Monolith.Embeddings.Streams.Files;

/// <summary>The result of a search for the file that follows another.</summary>
internal enum NextFileKind
{
    /// <summary>There is none that holds anything.</summary>
    None,

    /// <summary>There is one, so that the other is finished.</summary>
    Found,

    /// <summary>The other is not there any longer, and so its place is not known.</summary>
    Missing,

    /// <summary>Another file has its name.</summary>
    Replaced,
}
