using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Expiry;

/// <summary>Says something about a row.</summary>
/// <param name="row">What is known about the row.</param>
/// <param name="now">The time of the pass.</param>
public delegate bool RowPredicate(in RowMetadata row, in ExpiryTime now);
