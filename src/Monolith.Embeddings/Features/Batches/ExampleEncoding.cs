namespace Monolith.Embeddings.Features;

/// <summary>Writes one record of the application's own type as an example.</summary>
/// <typeparam name="TRecord">The application's type.</typeparam>
/// <param name="record">The record.</param>
/// <param name="writer">Where to write it.</param>
public delegate void ExampleEncoding<TRecord>(in TRecord record, ExampleWriter writer);
