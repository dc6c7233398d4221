namespace Monolith.Embeddings.Admission;

/// <summary>
/// Says whether an id without a row may get one. It is asked by several threads at once, under a stripe's lock: it must be quick and
/// thread-safe, and must not call the table.
/// </summary>
/// <param name="request">The id and what is known about it.</param>
public delegate bool AdmissionPredicate(in AdmissionRequest request);
