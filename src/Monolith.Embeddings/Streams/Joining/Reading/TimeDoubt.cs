namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>Why the time of a record is not believed before others confirm it.</summary>
internal enum TimeDoubt
{
    /// <summary>It is believed.</summary>
    None,

    /// <summary>It is among the first of its partition.</summary>
    Start,

    /// <summary>It lies far ahead of its partition.</summary>
    Ahead,

    /// <summary>It lies far behind all that its partition has brought since its times last leapt.</summary>
    Behind,
}
