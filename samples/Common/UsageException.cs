namespace Samples.Common;

/// <summary>Something that the user asked for cannot be done; the message says what and what to do instead, in one line.</summary>
public sealed class UsageException(string message) : Exception(message);
