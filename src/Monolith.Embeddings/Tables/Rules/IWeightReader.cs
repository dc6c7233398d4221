using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>How a verb reads the weights of rows; a struct, so that the loop over a batch is compiled for each way.</summary>
internal interface IWeightReader
{
    /// <param name="row">The row, in place.</param>
    /// <param name="position">The place of its id in the batch.</param>
    /// <param name="destination">Receives its weights, [dimension].</param>
    void Read(Row row, int position, Span<float> destination);
}
