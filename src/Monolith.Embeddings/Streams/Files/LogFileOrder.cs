namespace Monolith.Embeddings.Streams;

/// <summary>In which order files follow one another.</summary>
public enum LogFileOrder
{
    /// <summary>
    /// By name, character by character, with a run of digits as one number: "clicks-9" comes before "clicks-10". A name's ending ".gz"
    /// counts for nothing.
    /// </summary>
    NaturalName,

    /// <summary>By name, character by character (ordinal). A name's ending ".gz" counts for nothing.</summary>
    Name,

    /// <summary>By the time at which they were last written, and by natural name where that is the same.</summary>
    WriteTime,
}
