namespace BeforeAfter;

/// <summary>Nothing can be measured, for a reason that the caller can correct.</summary>
internal sealed class UsageException(string message) : Exception(message);
