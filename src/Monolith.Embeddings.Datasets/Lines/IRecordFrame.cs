namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>Tells where a record ends that may go over several lines.</summary>
/// <typeparam name="TUnit">What a text is made of.</typeparam>
internal interface IRecordFrame<TUnit>
{
    /// <summary>Looks for the end of the first record.</summary>
    /// <param name="text">Begins with the record; may end in the middle of it.</param>
    /// <param name="isLast">Whether the file ends with the text.</param>
    RecordEnd Find(ReadOnlySpan<TUnit> text, bool isLast);
}
