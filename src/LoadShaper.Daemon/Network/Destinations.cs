namespace LoadShaper.Daemon.Network;

/// <summary>Where hellos and traffic go.</summary>
/// <param name="HasExternal">A peer with a public address can be asked, whether it answers or not.</param>
/// <param name="HasPrivate">One with a private address.</param>
/// <param name="PrivateShare">Share of the traffic that goes to private addresses, 0 to 1.</param>
internal sealed record Destinations(bool HasExternal, bool HasPrivate, double PrivateShare)
{
    public static readonly Destinations Private = new(HasExternal: false, HasPrivate: true, PrivateShare: 1);
}
