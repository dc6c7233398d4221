namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>How a partition judges times, in milliseconds.</summary>
/// <param name="Lateness">How far a record may lie behind the greatest time.</param>
/// <param name="MaxJump">How far it may lie ahead.</param>
/// <param name="Confirmations">How many records in a row are believed where they leap.</param>
/// <param name="EmitsLateActions">Whether late actions are processed nevertheless.</param>
/// <param name="CloseAtEnd">Whether a log that has ended is complete.</param>
internal sealed record PartitionSettings(long Lateness, long MaxJump, int Confirmations, bool EmitsLateActions, bool CloseAtEnd);
