namespace Varve.Server.Control;

/// <summary>Who makes a call.</summary>
static class Person
{
    /// <summary>The one user that there is, until people sign in.</summary>
    public const string Everyone = "everyone";
}
